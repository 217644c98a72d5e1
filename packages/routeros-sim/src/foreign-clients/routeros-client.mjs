import { load, port, tell } from './story.mjs';

const { RouterOSClient } = load('routeros-client');
const api = new RouterOSClient({ host: '127.0.0.1', port, user: 'lastmile', password: 'demo', timeout: 20 });
let client;

await tell({
  async logIn() {
    client = await api.connect();
  },
  list: () => client.menu('/ppp secret').get(),
  async add(values) {
    const row = await client.menu('/ppp secret').add(values);
    return row.id;
  },
  comment: (id, comment) => client.menu('/ppp secret').where('id', id).update({ comment }),
  listen: () =>
    new Promise((resolve, reject) => {
      const stream = client.menu('/ppp secret').stream('listen', (error, row) => {
        if (error) return reject(error);
        if (row?.name === undefined) return;
        stream.stop().then(() => resolve(row.name), reject);
      });
    }),
  remove: (id) => client.menu('/ppp secret').where('id', id).remove(),
  find: (name) => client.menu('/ppp secret').where('name', name).get(),
  close: () => api.close(),
});
