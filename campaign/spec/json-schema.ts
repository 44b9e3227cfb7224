import { z } from 'zod';
import { specSchema } from './spec-schema';

/** The JSON Schema of a spec as a user writes it: the text of docs/schema/campaign.schema.json. */
export function specJsonSchema(): string {
  const schema = z.toJSONSchema(specSchema, { io: 'input' });
  return `${JSON.stringify(schema, null, 2)}\n`;
}
