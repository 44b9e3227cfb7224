/** Whose agents to keep alive and where to store what they measured. */
export interface CollectMeasurementInput {
  readonly site: string;
  readonly campaignId: string;
  readonly directory: string;
  /** True: end the prober, collect all that is left and settle it. */
  readonly last: boolean;
}
