/** How to reach one machine over SSH. Its host key is checked against `knownHosts` before any authentication. */
export interface SshTarget {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Private key, PEM or OpenSSH text (already read from its file). */
  readonly privateKey: string;
  /** Lines in OpenSSH's known_hosts format (already read from its file). */
  readonly knownHosts: string;
  /** The file that those lines came from, for messages. */
  readonly knownHostsFile?: string;
}

/** What a command on another machine left behind. */
export interface ExecResult {
  /** Exit code; null if a signal ended it. */
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Options of one command. */
export interface ExecOptions {
  readonly stdin?: string | Buffer;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Called as soon as the server accepted the request to run the command. */
  readonly onStarted?: () => void;
  /** Called with each piece of standard output as it arrives; the result holds all of it again. */
  readonly onOutput?: (text: string) => void;
}

/** Runs commands on other machines; connections are shared and re-made when they break. */
export interface RemoteShell {
  /**
   * Runs a shell command line; quote every variable part with `quote`.
   * @throws RemoteError with a code: host-key, authentication, unreachable, timeout, aborted, closed
   */
  exec(target: SshTarget, command: string, options?: ExecOptions): Promise<ExecResult>;
  /** Writes a file atomically (temporary name, then rename) with a mode such as 0o700. */
  copy(target: SshTarget, content: Buffer, path: string, mode: number): Promise<void>;
  close(): Promise<void>;
}
