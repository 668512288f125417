const { readFileSync } = require('node:fs');
const { ContainerRegistrationKeys, Modules } = require('@medusajs/framework/utils');
const flows = require('@medusajs/medusa/core-flows');

const CHUNK = 50;

/** Quoted fields may hold commas, but neither quotes nor line ends: that is how the yardstick writes them. */
function read(file) {
  const [head, ...rows] = readFileSync(file, 'utf8').trim().split('\n')
    .map(line => line.match(/("[^"]*"|[^,]*)(,|$)/g).map(field => field.replace(/,$/, '').replaceAll('"', '')));
  return rows.map(row => Object.fromEntries(head.map((name, i) => [name, row[i]])));
}

exports.default = async ({ container, args }) => {
  const run = async (workflow, input) => (await workflow(container).run({ input })).result;
  const all = async (entity, fields = ['id', 'name']) =>
    (await container.resolve(ContainerRegistrationKeys.QUERY).graph({ entity, fields })).data;

  /** Where to sell, from where, for what money, and how it is sent. */
  async function open() {
    const [channel] = await run(flows.createSalesChannelsWorkflow, { salesChannelsData: [{ name: 'shop' }] });
    await run(flows.createRegionsWorkflow, {
      regions: [{ name: 'shop', currency_code: 'gbp', countries: ['gb'], payment_providers: ['pp_paid_paid'] }],
    });
    const [place] = await run(flows.createStockLocationsWorkflow, { locations: [{ name: 'shop' }] });
    await container.resolve(ContainerRegistrationKeys.LINK).create({
      [Modules.STOCK_LOCATION]: { stock_location_id: place.id },
      [Modules.FULFILLMENT]: { fulfillment_provider_id: 'manual_manual' },
    });
    const [profile] = await run(flows.createShippingProfilesWorkflow, { data: [{ name: 'shop', type: 'default' }] });
    const set = await container.resolve(Modules.FULFILLMENT).createFulfillmentSets({
      name: 'shop', type: 'shipping',
      service_zones: [{ name: 'shop', geo_zones: [{ country_code: 'gb', type: 'country' }] }],
    });
    await container.resolve(ContainerRegistrationKeys.LINK).create({
      [Modules.STOCK_LOCATION]: { stock_location_id: place.id },
      [Modules.FULFILLMENT]: { fulfillment_set_id: set.id },
    });
    await run(flows.createShippingOptionsWorkflow, [{
      name: 'shop', price_type: 'flat', provider_id: 'manual_manual', service_zone_id: set.service_zones[0].id,
      shipping_profile_id: profile.id, type: { label: 'Post', description: 'by post', code: 'post' },
      prices: [{ currency_code: 'gbp', amount: 0 }],
      rules: [{ attribute: 'enabled_in_store', value: 'true', operator: 'eq' },
        { attribute: 'is_return', value: 'false', operator: 'eq' }],
    }]);
    await run(flows.linkSalesChannelsToStockLocationWorkflow, { id: place.id, add: [channel.id] });
    const [key] = await run(flows.createApiKeysWorkflow, {
      api_keys: [{ title: 'shop', type: 'publishable', created_by: '' }],
    });
    await run(flows.linkSalesChannelsToApiKeyWorkflow, { id: key.id, add: [channel.id] });
  }

  const named = async entity => (await all(entity)).find(one => one.name === 'shop');
  if (!await named('region')) await open();
  const [channel, place, profile] =
    [await named('sales_channel'), await named('stock_location'), await named('shipping_profile')];

  const goods = new Map();
  for (const row of read(args[0])) {
    if (!goods.has(row.Handle)) goods.set(row.Handle, []);
    goods.get(row.Handle).push(row);
  }
  const units = new Map();
  const products = [...goods.values()].map(rows => ({
    title: rows[0].Title, handle: rows[0].Handle, description: rows[0]['Body (HTML)'], status: 'published',
    shipping_profile_id: profile.id, sales_channels: [{ id: channel.id }],
    options: [{ title: 'Size', values: rows.map(row => row['Option1 Value'] ?? 'one') }],
    variants: rows.map(row => {
      units.set(row['Variant SKU'], Number(row['Variant Inventory Qty']));
      return {
        title: row['Option1 Value'] ?? 'one', sku: row['Variant SKU'], manage_inventory: true,
        options: { Size: row['Option1 Value'] ?? 'one' },
        prices: [{ currency_code: 'gbp', amount: Number(row['Variant Price']) }],
      };
    }),
  }));
  for (let i = 0; i < products.length; i += CHUNK) {
    await run(flows.createProductsWorkflow, { products: products.slice(i, i + CHUNK) });
  }
  const stocked = (await all('inventory_item', ['id', 'sku'])).filter(one => units.has(one.sku));
  await run(flows.createInventoryLevelsWorkflow, {
    inventory_levels: stocked.map(one =>
      ({ location_id: place.id, inventory_item_id: one.id, stocked_quantity: units.get(one.sku) })),
  });
};
