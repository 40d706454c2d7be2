// People with an independent Matrix client, matrix-js-sdk with its Rust crypto, in one process.
//
// One order a line on standard input: {"id": 1, "order": "say", "who": "amal", …}. Each is answered by
// {"id": 1, "done": …} or {"id": 1, "failed": "…"}. What somebody sees comes in between:
// {"who", "event": {…}} for each event and again once it can be read, {"who", "sas": {…}} when emoji are
// shown, {"who", "verification": "done"}. The process ends when its standard input does.
import "fake-indexeddb/auto"; // the classes that a browser has
import { IDBFactory } from "fake-indexeddb";
import { createInterface } from "node:readline";

for (const name of ["log", "warn", "info", "debug", "trace", "error"]) console[name] = () => {};
const sdk = await import("matrix-js-sdk");
const { logger } = await import("matrix-js-sdk/lib/logger.js");
const { UserId } = await import("@matrix-org/matrix-sdk-crypto-wasm");
const api = await import("matrix-js-sdk/lib/crypto-api/index.js");
logger.setLevel("silent");

const MEGOLM = "m.megolm.v1.aes-sha2";
const people = new Map();
const tell = (said) => process.stdout.write(JSON.stringify(said) + "\n");

function seen(who, client, event) {
  if (!event.getId() || event.getId().startsWith("~")) return; // a local echo
  const report = (shield) =>
    tell({
      who,
      event: {
        event_id: event.getId(),
        room_id: event.getRoomId(),
        sender: event.getSender(),
        type: event.getType(),
        state_key: event.getStateKey(),
        content: event.getContent(),
        wire: event.getWireContent(), // what others than us can read
        redacted: event.isRedacted(),
        encrypted: event.isEncrypted(),
        unreadable: event.isDecryptionFailure() ? event.decryptionFailureReason : null,
        shield: shield === null ? null : [shield.shieldColour, shield.shieldReason],
      },
    });
  if (!event.isEncrypted() || event.isDecryptionFailure()) report(null);
  else if (event.isBeingDecrypted() || event.getType() === "m.room.encrypted") return; // told when it is read
  else client.getCrypto().getEncryptionInfoForEvent(event).then(report);
}

// What stays when clients are closed: each device's database, and each user's recovery key on paper.
const databases = new Map();
const papers = new Map();
const kept = (map, key, make) => map.get(key) ?? map.set(key, make()).get(key);
let opening = Promise.resolve();

// The store has one name for everybody and is looked up while it is opened: one after the other.
function open(who, client) {
  return (opening = opening.catch(() => {}).then(() => {
    globalThis.indexedDB = kept(databases, who, () => new IDBFactory());
    return client.initRustCrypto();
  }));
}

// Somebody with a recovery key has it in their head, not on the paper of this process.
async function start({ who, url, user, device, token, signed, recovery_key }) {
  const paper = recovery_key ? new Map() : kept(papers, user, () => new Map());
  let made = null;
  const client = sdk.createClient({
    baseUrl: url,
    userId: user,
    deviceId: device,
    accessToken: token,
    logger,
    verificationMethods: ["m.sas.v1"],
    cryptoCallbacks: {
      getSecretStorageKey: async ({ keys }) => {
        const [first] = Object.keys(keys);
        if (recovery_key) return [first, api.decodeRecoveryKey(recovery_key)];
        const id = Object.keys(keys).find((each) => paper.has(each));
        return id ? [id, paper.get(id)] : null;
      },
      cacheSecretStorageKey: (id, _info, key) => paper.set(id, key),
    },
  });
  await open(who, client);
  const person = { client, verifier: null, sas: null, request: null };
  people.set(who, person);
  client.on("event", (event) => seen(who, client, event));
  client.on("Event.decrypted", (event) => seen(who, client, event));
  client.on("Room.redaction", (event) => seen(who, client, event));
  client.on("crypto.verificationRequestReceived", (request) => {
    follow(who, person, request);
    tell({ who, verification: "requested", by: request.otherUserId });
  });
  await client.startClient({ initialSyncLimit: 50 });
  await new Promise((resolve) => client.on("sync", (state) => state === "PREPARED" && resolve()));
  if (signed) {
    const crypto = client.getCrypto();
    await crypto.userHasCrossSigningKeys(user, true); // else the seeds of a second device belong to nobody
    await crypto.bootstrapCrossSigning({ authUploadDeviceSigningKeys: (upload) => upload(null) });
    if (!recovery_key)
      await crypto.bootstrapSecretStorage({
        createSecretStorageKey: async () => {
          const key = await crypto.createRecoveryKeyFromPassphrase();
          made = key.encodedPrivateKey;
          return key;
        },
      });
  }
  return made; // the recovery key, if there is a new one
}

// Look again whenever the homeserver has answered.
async function until(client, holds) {
  while (!(await holds())) await new Promise((resolve) => client.once("sync", resolve));
}

// Ask the homeserver for the devices of somebody, whether or not the client shares a room with them.
async function look(crypto, user) {
  await crypto.olmMachine.updateTrackedUsers([new UserId(user)]);
  const query = crypto.olmMachine.queryKeysForUsers([new UserId(user)]);
  await crypto.outgoingRequestProcessor.makeOutgoingRequest(query);
}

function follow(who, person, request) {
  person.request = request;
  const look = () => {
    if (request.phase === api.VerificationPhase.Done) tell({ who, verification: "done" });
    if (request.phase === api.VerificationPhase.Cancelled)
      tell({ who, verification: "cancelled", code: request.cancellationCode });
    if (request.phase === api.VerificationPhase.Ready) tell({ who, verification: "ready" });
    if (request.verifier && request.verifier !== person.verifier) play(who, person, request.verifier);
  };
  request.on("change", look);
  look();
}

function play(who, person, verifier) {
  person.verifier = verifier;
  const show = (shown) => {
    person.sas = shown;
    tell({ who, sas: shown.sas });
  };
  verifier.on("show_sas", show);
  const shown = verifier.getShowSasCallbacks();
  if (shown) show(shown);
  verifier.verify().catch(() => {}); // told as "cancelled"
}

const orders = {
  start,
  // Close the client; what it keeps stays, and the same device goes on with "start".
  stop: ({ who }) => {
    people.get(who).client.stopClient();
    people.delete(who);
    return null;
  },
  // End the device: nobody finds it any more.
  logout: ({ client }) => client.logout(true).then(() => null),
  chat: async ({ client, invite, encrypted = true, rotation }) => {
    const encryption = { algorithm: MEGOLM, ...(rotation ? { rotation_period_msgs: rotation } : {}) };
    const state = encrypted ? [{ type: "m.room.encryption", state_key: "", content: encryption }] : [];
    const made = await client.createRoom({
      preset: "trusted_private_chat",
      is_direct: true,
      invite: [invite],
      initial_state: state,
    });
    return made.room_id;
  },
  // Done once the client knows the room, and whether to encrypt there.
  join: async ({ client, room }) => {
    const id = (await client.joinRoom(room)).roomId;
    await until(client, async () => {
      const known = client.getRoom(id);
      if (known?.getMyMembership() !== "join") return false;
      const encrypted = known.hasEncryptionStateEvent();
      return encrypted === (await client.getCrypto().isEncryptionEnabledInRoom(id));
    });
    return id;
  },
  leave: ({ client, room }) => client.leave(room).then(() => null),
  send: async ({ client, room, type, content }) => (await client.sendEvent(room, type, content)).event_id,
  state: async ({ client, room, type, key = "", content }) =>
    (await client.sendStateEvent(room, type, content, key)).event_id,
  redact: async ({ client, room, event }) => (await client.redactEvent(room, event)).event_id,
  // Whether the client encrypts in a room, and who of it is in there.
  room: async ({ client, room }) => {
    const known = client.getRoom(room);
    const encrypted = await client.getCrypto().isEncryptionEnabledInRoom(room);
    return known && { encrypted, joined: known.getJoinedMembers().map((member) => member.userId) };
  },
  // What the client makes of a user's device, after asking the homeserver.
  trust: async ({ client, user, device }) => {
    const crypto = client.getCrypto();
    await look(crypto, user);
    const devices = await crypto.getUserDeviceInfo([user]);
    const status = await crypto.getDeviceVerificationStatus(user, device);
    const owner = await crypto.getUserVerificationStatus(user);
    return {
      devices: [...(devices.get(user)?.keys() ?? [])].sort(),
      signed_by_owner: status?.signedByOwner ?? false,
      verified: status?.crossSigningVerified ?? false,
      owner_verified: owner.isCrossSigningVerified(),
      owner_changed: owner.needsUserApproval,
    };
  },
  // Vouch for devices of one's own, as their owner does after comparing.
  vouch: async ({ client, user, devices }) => {
    const crypto = client.getCrypto();
    await look(crypto, user);
    for (const device of devices) await crypto.crossSignDevice(device);
    return null;
  },
  // Ask to verify: a user in a room, or one device of theirs by itself.
  ask: async ({ who, person, client, user, room, device }) => {
    const crypto = client.getCrypto();
    if (device) await crypto.getUserDeviceInfo([user], true);
    const request = device
      ? await crypto.requestDeviceVerification(user, device)
      : await crypto.requestVerificationDM(user, room);
    follow(who, person, request);
    return request.transactionId ?? null;
  },
  // Put an identity of one's own over the one that is there, as whoever has the password can.
  replace: async ({ client, password }) => {
    const proof = {
      type: "m.login.password",
      identifier: { type: "m.id.user", user: client.getUserId() },
      password,
    };
    await client.getCrypto().bootstrapCrossSigning({
      setupNewCrossSigning: true,
      authUploadDeviceSigningKeys: (upload) => upload(proof),
    });
    return null;
  },
  accept: ({ person }) => person.request.accept().then(() => null),
  begin: async ({ who, person }) => {
    const verifier = await person.request.startVerification("m.sas.v1");
    if (verifier !== person.verifier) play(who, person, verifier);
    return null;
  },
  confirm: ({ person }) => person.sas.confirm().then(() => null),
  mismatch: ({ person }) => (person.sas.mismatch(), null),
  cancel: ({ person }) => person.request.cancel().then(() => null),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { id, order, ...rest } = JSON.parse(line);
  const person = people.get(rest.who);
  Promise.resolve()
    .then(() => orders[order]({ ...rest, person, client: person?.client }))
    .then((done) => tell({ id, done: done ?? null }))
    .catch((error) => tell({ id, failed: String(error?.stack ?? error).slice(0, 2000) }));
}
process.exit(0);
