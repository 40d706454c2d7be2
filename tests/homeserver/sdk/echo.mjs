// A bot on matrix-js-sdk that answers a question in encrypted rooms, as benchmarks.encrypted measures it.
// Whom to be, what it is asked and what it answers stand in its environment.
import "fake-indexeddb/auto"; // the classes that a browser has

for (const name of ["log", "warn", "info", "debug", "trace"]) console[name] = () => {};
const sdk = await import("matrix-js-sdk");
const { logger } = await import("matrix-js-sdk/lib/logger.js");
logger.setLevel("silent");

const login = JSON.parse(process.env.ILAN_PEER_LOGIN);
const { question, answer } = JSON.parse(process.env.ILAN_PEER_SAYS);
const client = sdk.createClient({
  baseUrl: login.homeserver,
  userId: login.user_id,
  deviceId: login.device_id,
  accessToken: login.access_token,
  logger,
});
await client.initRustCrypto({ useIndexedDB: false });
client.on("Event.decrypted", (event) => {
  const asked = event.getSender() !== login.user_id && event.getContent().body === question;
  if (asked) client.sendEvent(event.getRoomId(), "m.room.message", answer).catch(console.error);
});
await client.startClient({ initialSyncLimit: 1 });
