import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import type { DataCentre } from '../data-centre';
import type { Ports } from '../views';
import { guestClockNs } from './guest-clock';
import { probeAnswer } from './probe-answer';

/** Packets that wait at the target for a stopped VM; older ones went to its source and are lost. */
const QUEUE_PACKETS = 8;

interface Waiting {
  readonly probe: Buffer;
  readonly from: RemoteInfo;
}

/** Answers probes for every host and VM on ports of 127.0.0.1; `known`: those of an earlier process. @returns the ports by `host NAME`, `vm NAME` */
export async function serveEchoes(dataCentre: DataCentre, known: Ports): Promise<Ports> {
  const { hosts, vms } = dataCentre.look();
  const ports: Record<string, number> = {};
  for (const name of hosts.keys()) {
    const key = `host ${name}`;
    const socket = await open(known[key] ?? 0);
    socket.on('message', (probe, from) => reply(socket, { probe, from }, process.hrtime.bigint()));
    ports[key] = socket.address().port;
  }
  for (const name of vms.keys()) {
    const key = `vm ${name}`;
    const socket = await open(known[key] ?? 0);
    echoForVm(dataCentre, name, socket);
    ports[key] = socket.address().port;
  }
  return ports;
}

/** A VM answers at once while it runs; what came last while it was stopped is answered when it goes on. */
function echoForVm(dataCentre: DataCentre, name: string, socket: Socket): void {
  const waiting: Waiting[] = [];
  const isStopped = (): boolean => dataCentre.look().vms.get(name)?.stoppedAtMs !== null;
  const answerAll = (): void => {
    const vm = dataCentre.look().vms.get(name);
    if (vm === undefined) return;
    for (const packet of waiting.splice(0))
      reply(socket, packet, guestClockNs(vm, dataCentre.look().createdAtMs, dataCentre.nowMs()));
  };
  dataCentre.onChange(() => {
    if (waiting.length > 0 && !isStopped()) answerAll();
  });
  socket.on('message', (probe, from) => {
    const stopped = isStopped();
    waiting.push({ probe, from });
    if (!stopped) answerAll();
    else if (waiting.length > QUEUE_PACKETS) waiting.shift();
  });
}

function reply(socket: Socket, { probe, from }: Waiting, clockNs: bigint): void {
  const answer = probeAnswer(probe, clockNs);
  // A prober that is gone is not an error here.
  if (answer !== null) socket.send(answer, from.port, from.address, () => undefined);
}

function open(port: number): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 2 ** 20 });
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, '127.0.0.1', () => {
      socket.off('error', reject).on('error', (error) => console.error(error));
      resolve(socket);
    });
  });
}
