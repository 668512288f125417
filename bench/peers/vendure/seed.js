// node seed.js FILE: the products of a Shopify CSV, by Vendure's own import; before the first, countries, tax and so on.
const { readFileSync } = require('node:fs');
const { bootstrap, ChannelService, CountryService, Importer, JobQueueService, Populator, RequestContextService,
  SearchService, TransactionalConnection } = require('@vendure/core');
const { parse } = require('csv-parse/sync');
const { lastValueFrom } = require('rxjs');
const { config } = require('./config');

const shop = {
  defaultLanguage: 'en',
  defaultZone: 'Europe',
  countries: [{ name: 'United Kingdom', code: 'GB', zone: 'Europe' }],
  taxRates: [{ name: 'Standard', percentage: 0 }],
  shippingMethods: [{ name: 'Post', price: 0 }],
  paymentMethods: [{
    name: 'Dummy',
    handler: { code: 'dummy-payment-handler', arguments: [{ name: 'automaticSettle', value: 'true' }] },
  }],
  collections: [],
};

const quoted = value => `"${String(value).replaceAll('"', '""')}"`;

/** A product's first row names it; the others are further variants. */
function vendureCsv(rows) {
  const lines = ['name,slug,description,assets,facets,optionGroups,optionValues,sku,price,taxCategory,stockOnHand,'
    + 'trackInventory,variantAssets,variantFacets'];
  let last;
  for (const row of rows) {
    const first = row.Handle !== last;
    last = row.Handle;
    lines.push([
      first ? row.Title : '', first ? row.Handle : '', first ? row['Body (HTML)'] : '', '', '',
      first ? row['Option1 Name'] ?? '' : '', row['Option1 Value'] ?? '',
      row['Variant SKU'], row['Variant Price'], 'standard', row['Variant Inventory Qty'], 'true', '', '',
    ].map(quoted).join(','));
  }
  return lines.join('\n');
}

async function main() {
  const app = await bootstrap({ ...config, dbConnectionOptions: { ...config.dbConnectionOptions, synchronize: true } });
  const context = await app.get(RequestContextService).create({
    apiType: 'admin',
    languageCode: 'en',
    channelOrToken: await app.get(ChannelService).getDefaultChannel(),
  });
  const empty = (await app.get(CountryService).findAll(context)).totalItems === 0;
  if (empty) {
    await app.get(Populator).populateInitialData(shop);
  }
  const rows = parse(readFileSync(process.argv[2]), { columns: true });
  const done = await lastValueFrom(app.get(Importer).parseAndImport(vendureCsv(rows), context));
  if (done.errors?.length) throw new Error(done.errors.join('\n'));
  if (empty) {
    // one pass over all in place of a job for each
    await app.get(TransactionalConnection).rawConnection.query('DELETE FROM job_record');
    await app.get(JobQueueService).start();
    const indexing = await app.get(SearchService).reindex(context);
    const { state, error } = await lastValueFrom(indexing.updates({ timeoutMs: 600_000 }));
    if (state !== 'COMPLETED') throw new Error(`search index: ${state} ${error}`);
  }
  await app.close();
}

main().then(() => process.exit(), fault => {
  console.error(fault);
  process.exit(1);
});
