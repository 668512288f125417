// node seed.js FILE: the tables, if they are missing, and the products of a Shopify CSV by Medusa's own workflows.
const { execFileSync } = require('node:child_process');

const medusa = (...words) => execFileSync('node_modules/.bin/medusa', words, { cwd: __dirname, stdio: 'inherit' });

medusa('db:migrate', '--skip-scripts', '--execute-all-links');
medusa('exec', './src/fill.js', process.argv[2]);
