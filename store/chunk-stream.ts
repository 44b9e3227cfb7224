import { createFile, extendFile } from './durable-file';

/** When a chunk is full: what is appended next begins the next one. */
export interface ChunkLimits {
  readonly bytes: number;
  readonly ageMs: number;
}

/** The chunk that a block is written for. */
interface OpenChunk {
  readonly sequence: number;
  /** Names that the chunk has already, and their numbers in it (see sampleChunk). */
  readonly sets: Map<string, number>;
}

interface Waiting {
  readonly format: (chunk: OpenChunk) => string;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The chunks of one table and one writer, one after the other. A chunk comes into being with its first block in it and
 * grows block by block until it is full; nobody else ever writes to it.
 */
export class ChunkStream {
  private waiting: Waiting[] = [];
  private storing = false;
  private sequence = 0;
  private growing: (OpenChunk & { readonly bytes: number; readonly begunMs: number }) | null = null;

  /** @param pathOf - where a chunk lies, by its sequence */
  constructor(
    private readonly pathOf: (sequence: number) => string,
    private readonly limits: ChunkLimits,
  ) {}

  /** Appends a block, durable when this resolves; blocks lie in the order of the calls. @throws StoreError */
  append(format: Waiting['format']): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ format, resolve, reject });
      void this.storeWaiting();
    });
  }

  /** What comes while something is stored is then stored at once: one fsync for all of it. */
  private async storeWaiting(): Promise<void> {
    if (this.storing) return;
    this.storing = true;
    while (this.waiting.length > 0) {
      const lot = this.waiting.splice(0);
      await this.store(lot.map(({ format }) => format)).then(
        () => lot.forEach(({ resolve }) => resolve()),
        (error: unknown) => lot.forEach(({ reject }) => reject(error)),
      );
    }
    this.storing = false;
  }

  private async store(formats: readonly Waiting['format'][]): Promise<void> {
    const chunk = this.growing ?? this.begin();
    // A chunk that could not be appended to is left as it is.
    this.growing = null;
    const text = formats.map((format) => format(chunk)).join('');
    const path = this.pathOf(chunk.sequence);
    await (chunk.bytes === 0 ? createFile(path, text) : extendFile(path, chunk.bytes, text));
    const bytes = chunk.bytes + Buffer.byteLength(text);
    const full = bytes >= this.limits.bytes || performance.now() - chunk.begunMs >= this.limits.ageMs;
    if (!full) this.growing = { ...chunk, bytes };
  }

  private begin(): NonNullable<ChunkStream['growing']> {
    this.sequence += 1;
    return { sequence: this.sequence, sets: new Map(), bytes: 0, begunMs: performance.now() };
  }
}
