/** Id of the n-th action of a generated plan, counted from 1: sorts in plan order up to 99,999. */
export function actionId(n: number): string {
  return `a${String(n).padStart(5, '0')}`;
}
