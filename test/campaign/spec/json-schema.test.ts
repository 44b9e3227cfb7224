import { readFileSync } from 'node:fs';
import { specJsonSchema } from '../../../campaign/spec/json-schema';

test('docs/schema/campaign.schema.json is current', () => {
  const published = readFileSync('docs/schema/campaign.schema.json', 'utf8');
  const remedy = `npm run build
node -e "process.stdout.write(require('./dist/campaign/spec/json-schema.js').specJsonSchema())" > docs/schema/campaign.schema.json
npx prettier --write docs/schema`;
  expect({ remedy, schema: JSON.parse(published) as unknown }).toEqual({
    remedy,
    schema: JSON.parse(specJsonSchema()) as unknown,
  });
});
