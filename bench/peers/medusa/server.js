process.env.LOG_LEVEL ??= 'warn'; // a line for every request is its default

const { default: start } = require('@medusajs/medusa/commands/start');

start({ directory: __dirname, port: Number(process.env.PORT), host: '127.0.0.1' });
