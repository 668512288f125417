// Vendure as its own starter sets it up: jobs and search in the database, sessions by token, one dummy payment.
const {
  DefaultJobQueuePlugin, DefaultLogger, DefaultSearchPlugin, LogLevel, dummyPaymentHandler,
} = require('@vendure/core');

exports.config = {
  logger: new DefaultLogger({ level: LogLevel.Warn, timestamp: false }),
  apiOptions: { port: Number(process.env.PORT || 0), hostname: '127.0.0.1' },
  authOptions: {
    tokenMethod: 'bearer',
    requireVerification: false,
    cookieOptions: { secret: process.env.SECRET },
    superadminCredentials: { identifier: 'nobody', password: process.env.SECRET },
  },
  dbConnectionOptions: { type: 'postgres', url: process.env.DATABASE_URL, synchronize: false, logging: false },
  paymentOptions: { paymentMethodHandlers: [dummyPaymentHandler] },
  plugins: [
    DefaultJobQueuePlugin.init({ useDatabaseForBuffer: true }),
    DefaultSearchPlugin.init({ bufferUpdates: false, indexStockStatus: true }),
  ],
};
