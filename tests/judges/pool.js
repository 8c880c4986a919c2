// The foreign pool: foundation-stratum with a configuration, telling what it sees as one JSON object a line.
//
//   NODE_PATH=<pool>/node_modules node pool.js '{"algorithm":"x16r","port":3333,"difficulty":0.001,"rpc_port":8332,
//                                                "address":"m...","version_rolling":false,"poll_ms":1500}'
//
// Events: started · connected · configured · submitted {params} · share {type: valid|stale|invalid, error, hash,
// block} · log {severity, text}. It listens on every interface, so it is run in a network namespace of its own.

'use strict';

const say = (event, fields) => process.stdout.write(JSON.stringify({ event, ...fields }) + '\n');
console.log = (...words) => process.stderr.write(words.join(' ') + '\n'); // standard output is for events alone

const stratum = require('foundation-stratum');
const wanted = JSON.parse(process.argv[2]);

const difficulty = {
  initial: wanted.difficulty,
  minimum: wanted.difficulty,
  maximum: wanted.difficulty,
  targetTime: 15,
  retargetTime: 90,
  variance: 0.3,
};

const configuration = {
  name: 'judge',
  coins: ['judge'],
  primary: {
    address: wanted.address,
    coin: {
      name: 'judge',
      symbol: 'JDG',
      algorithms: { mining: wanted.algorithm, block: wanted.algorithm, coinbase: 'sha256d' },
      asicboost: wanted.version_rolling,
      getinfo: false,
      segwit: true,
      version: 1,
      mainnet: {}, // without a network of its own an address means pay-to-public-key-hash
      testnet: {},
      rewards: { type: '', addresses: [] },
    },
    daemons: [{ host: '127.0.0.1', port: wanted.rpc_port, username: 'judge', password: 'judge' }],
    recipients: [],
  },
  auxiliary: { enabled: false },
  banning: { time: 600, invalidPercent: 50, checkThreshold: 500, purgeInterval: 300 },
  ports: [{ port: wanted.port, enabled: true, tls: false, difficulty }],
  p2p: { enabled: false },
  settings: {
    blockRefreshInterval: wanted.poll_ms,
    jobRebroadcastTimeout: 60,
    connectionTimeout: 600,
    tcpProxyProtocol: false,
  },
};

const authorize = (ip, port, worker, auxiliary, password, answer) =>
  answer({ error: null, authorized: true, disconnect: false });

const pool = stratum.create(configuration, { identifier: '', tls: {} }, authorize, () => {});

pool.on('log', (severity, text) => say('log', { severity, text }));

pool.on('share', (share, type, block) => say('share', {
  type,
  block,
  error: share.error,
  hash: share.hash,
  height: share.height,
  job: share.job,
  difficulty: share.difficulty,
  share_difficulty: share.shareDiff,
  worker: share.addrPrimary,
}));

pool.on('started', () => {
  pool.stratum.on('client.connected', (client) => {
    say('connected', {});
    client.on('submit', (message) => say('submitted', { params: message.params, mask: client.versionMask }));
    client.on('socketDisconnect', () => say('disconnected', {}));
  });
  say('started', { port: wanted.port });
});

pool.setupPool();
