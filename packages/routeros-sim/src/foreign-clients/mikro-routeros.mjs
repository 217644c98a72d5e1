// This client has no tags and so cannot listen.
import { load, port, tell } from './story.mjs';

const { RouterOSClient } = load('mikro-routeros');
const client = new RouterOSClient('127.0.0.1', port, 20_000);

await tell({
  async logIn() {
    await client.connect();
    await client.login('lastmile', 'demo');
  },
  list: () => client.runQuery('/ppp/secret/print'),
  async add(values) {
    await client.runQuery('/ppp/secret/add', values);
    const [row] = await client.runQuery('/ppp/secret/print', { name: values.name });
    return row['.id'] ?? row.id;
  },
  comment: (id, comment) => client.runQuery('/ppp/secret/set', { '.id': id, comment }),
  remove: (id) => client.runQuery('/ppp/secret/remove', { '.id': id }),
  find: (name) => client.runQuery('/ppp/secret/print', { name }),
  close: () => client.close(),
});
