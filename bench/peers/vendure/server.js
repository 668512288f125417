// The server and, in a process of its own, the worker that keeps the search index.
const { fork } = require('node:child_process');
const { bootstrap, bootstrapWorker } = require('@vendure/core');
const { config } = require('./config');

async function main() {
  if (process.argv[2] === 'worker') {
    process.on('disconnect', () => process.exit());
    const worker = await bootstrapWorker(config);
    await worker.startJobQueue();
  } else {
    await bootstrap(config);
    fork(__filename, ['worker']);
  }
}

main().catch(fault => {
  console.error(fault);
  process.exit(1);
});
