import { specJsonSchema } from './json-schema';

// Run from dist: node dist/campaign/spec/print-json-schema.js > docs/schema/campaign.schema.json
process.stdout.write(specJsonSchema());
