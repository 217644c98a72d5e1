// node-routeros and routeros-api share their interface; the first argument after the port names the package.
import { load, port, tell } from './story.mjs';

const { RouterOSAPI } = load(process.argv[4]);
const connection = new RouterOSAPI({ host: '127.0.0.1', port, user: 'lastmile', password: 'demo', timeout: 20 });

await tell({
  logIn: () => connection.connect(),
  list: () => connection.write('/ppp/secret/print'),
  async add(values) {
    const [reply] = await connection.write('/ppp/secret/add', ...Object.entries(values).map(([k, v]) => `=${k}=${v}`));
    return reply.ret;
  },
  comment: (id, text) => connection.write('/ppp/secret/set', `=.id=${id}`, `=comment=${text}`),
  listen: () =>
    new Promise((resolve, reject) => {
      const stream = connection.stream(['/ppp/secret/listen'], (error, row) => {
        if (error) return reject(error);
        if (row?.name === undefined) return;
        stream.stop().then(() => resolve(row.name), reject);
      });
    }),
  remove: (id) => connection.write('/ppp/secret/remove', `=.id=${id}`),
  find: (name) => connection.write('/ppp/secret/print', `?name=${name}`),
  close: () => connection.close(),
});
