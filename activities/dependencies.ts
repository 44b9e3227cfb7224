import type {
  ForeignMigrationsSeen,
  PermitEnded,
  PermitRequest,
  PermitsInput,
  WatchedPermits,
} from '../campaign/contract/permits';
import type { AccessProblem } from '../agents/check-access';
import type { Plan } from '../campaign/plan/plan';
import type { CampaignSpec } from '../campaign/spec/campaign-spec';
import type { Prober } from '../agents/create-prober';
import type { ProbeTarget } from '../agents/probe-types';
import type { ClockOffset } from '../agents/ssh-clocks';
import type { SampleHarvest, SampleRequest } from '../hypervisors/counter-types';
import type { Hypervisor } from '../hypervisors/types';
import type { SampleBatch } from '../store/sample-types';
import type { CampaignRecord, TableName, Tables } from '../store/types';
import type { SampleTablesInput } from '../store/write-sample-tables';
import type { Clock } from './clock';

/** What a campaign wants to run in guests and on hosts. */
export interface AgentRequest {
  readonly campaignId: string;
  readonly vms: readonly string[];
  readonly hosts: readonly string[];
  readonly load: CampaignSpec['load'];
  readonly leaseS: number;
  /** Time between two ticks of the counters. */
  readonly sampleEveryMs: number;
  /** Where its echoes were started, once they were. */
  readonly echoes?: readonly ProbeTarget[];
}

/** Echoes and loads of a site: desired state, so every call may be repeated. */
export interface SiteAgents {
  /** Whether hosts and guests let agents in; names that the site has no address for are left out. */
  checkAccess(machines: Pick<AgentRequest, 'vms' | 'hosts'>): Promise<readonly AccessProblem[]>;
  /** Starts what does not run yet and returns where probes are to be sent. */
  start(request: AgentRequest): Promise<readonly ProbeTarget[]>;
  /** Prolongs the leases. */
  renew(request: AgentRequest): Promise<void>;
  /** Ends everything and leaves nothing behind. */
  remove(request: AgentRequest): Promise<void>;
}

/** The counters of a site, kept by it or by its recorders until they are collected. */
export interface Sampler {
  /** What is collected separately, given the campaign's hosts. */
  sources(hosts: readonly string[]): readonly string[];
  /** Everything since the cursor (null: from the first tick); the same cursor gives the same again for an hour. */
  collect(request: SampleRequest): Promise<SampleHarvest>;
  /** How far the machines' clocks are from this one's now; one that does not answer is left out. */
  clocks(request: AgentRequest): Promise<readonly ClockOffset[]>;
}

/** The further vantages of a site, beside the machine that runs the worker. */
export interface Vantages {
  readonly names: readonly string[];
  /** Whether they let probers in. */
  checkAccess(): Promise<readonly AccessProblem[]>;
  /** The prober of a campaign at one of them. */
  prober(campaignId: string, vantage: string): Prober;
}

/** An open site. */
export interface SiteConnection {
  readonly name: string;
  readonly kind: string;
  readonly emulated: boolean;
  /** Concurrent migrations on one host, by the site file. */
  readonly migrationsPerHost: number;
  readonly hypervisor: Hypervisor;
  readonly agents: SiteAgents;
  /** Absent: the site has no counters. */
  readonly sampler?: Sampler;
  /** Absent: only the machine of the worker sends probes. */
  readonly vantages?: Vantages;
}

/** All sites of the site file. */
export interface Sites {
  names(): readonly string[];
  /** Connects, or returns the open connection. @throws HypervisorError if the site is not in the file */
  connect(name: string): Promise<SiteConnection>;
}

/** Result directories. Every method names file and remedy in its error. */
export interface ResultStore {
  createDirectory(campaignId: string, firstRunId: string): Promise<string>;
  writePlan(directory: string, plan: Plan): Promise<void>;
  readPlan(directory: string): Promise<Plan>;
  writeCampaign(directory: string, record: CampaignRecord): Promise<void>;
  updateCampaign(directory: string, patch: Partial<CampaignRecord>): Promise<void>;
  readCampaign(directory: string): Promise<CampaignRecord>;
  append<T extends TableName>(directory: string, table: T, rows: readonly Tables[T][]): Promise<void>;
  rows<T extends TableName>(directory: string, table: T): Promise<readonly Tables[T][]>;
  writeTables(directory: string, tables: { readonly [T in TableName]: readonly Tables[T][] }): Promise<void>;
  /** Stores readings and why others are missing; storing them twice changes nothing. */
  appendSamples(directory: string, batch: SampleBatch): Promise<void>;
  /** Makes samples.parquet and the ledger, without ever holding all of them. */
  writeSampleTables(directory: string, input: SampleTablesInput): Promise<void>;
  /** Removes temporary files of writers that were killed, as far as it can. */
  removeLeftovers(directory: string): Promise<void>;
  /** Small JSON state of a collector, replaced atomically; null if there is none. */
  readState(directory: string, name: string): Promise<unknown>;
  writeState(directory: string, name: string, state: unknown): Promise<void>;
}

/** Other workflows, as activities see them. */
export interface Workflows {
  /** True once no run of the workflow is open, or nothing is known of it. */
  isClosed(workflowId: string): Promise<boolean>;
  /** Signals a request to the permits of a site; starts them if they do not run. */
  requestPermit(input: PermitsInput, request: PermitRequest): Promise<void>;
  /** Who holds permits of a site; null: its permits workflow does not run. */
  watchedPermits(site: string): Promise<WatchedPermits | null>;
  /** Gives a permit back: by the hypervisor's evidence its migration is over. */
  releasePermit(site: string, ended: PermitEnded): Promise<void>;
  reportLostPermit(site: string, lost: PermitEnded): Promise<void>;
  reportForeignMigrations(site: string, seen: ForeignMigrationsSeen): Promise<void>;
}

/** Everything that activities need from the outside. */
export interface Dependencies {
  readonly clock: Clock;
  readonly sites: Sites;
  readonly store: ResultStore;
  readonly workflows: Workflows;
  readonly prober: (campaignId: string) => Prober;
  /** Writes report.html from the tables that were written. @returns its path */
  readonly writeReport: (directory: string) => Promise<string>;
  readonly machine: CampaignRecord['machine'];
  readonly version: string;
}
