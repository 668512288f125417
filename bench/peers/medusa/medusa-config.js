// Medusa as it comes, with its modules in memory, without its admin pages, and a payment that is captured at once.
const { defineConfig } = require('@medusajs/framework/utils');

module.exports = defineConfig({
  projectConfig: {
    databaseUrl: process.env.DATABASE_URL,
    databaseDriverOptions: { ssl: false },
    http: {
      storeCors: 'http://127.0.0.1',
      adminCors: 'http://127.0.0.1',
      authCors: 'http://127.0.0.1',
      jwtSecret: process.env.SECRET,
      cookieSecret: process.env.SECRET,
    },
  },
  admin: { disable: true },
  modules: [{
    resolve: '@medusajs/medusa/payment',
    options: { providers: [{ resolve: './src/paid.js', id: 'paid' }] },
  }],
});
