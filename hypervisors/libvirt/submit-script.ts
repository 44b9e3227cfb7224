import { DEADLINE_MET, VIRSH_DEADLINE_S } from './host-script';

/**
 * Runs on the source host. Arguments: intent id, last second of the host's clock at which it may begin or '', name, uuid,
 * QEMU's pid or '', domain id or '', downtime limit in ms or '', then those of virsh migrate. It says one word to the channel:
 * late, stale, silent (libvirtd), unwritable or taken if nothing was submitted, else `begun CLOCK`, and `end CODE` when virsh has
 * ended.
 *
 * The VM must still be the one of the baseline: the pid file costs nothing to read, virsh is asked only without it.
 * The process that waits for virsh has a session of its own and ignores what the end of a connection sends, and virsh
 * inherits that. Immediately before virsh it takes `fate`, which exists once: whoever gives the intent up takes it first, and
 * then nothing begins here, however long this process was frozen. It tells the channel first and writes files after, because
 * the channel measures. `rc` is renamed into place last: whoever sees it sees everything. After a success the channel also gets
 * the sections begin, end and completed, so that nobody needs to come back for the figures.
 */
export const SUBMIT = `
d="$base/$1" until=$2 name=$3 u=$4 pid=$5 id=$6; shift 6
t=$(now); [ -z "$until" ] || [ "\${t%[.,]*}" -le "$until" ] || { echo late; exit 0; }
[ ! -d "$d" ] || { echo taken; exit 0; }
if [ -n "$pid" ]; then
  p=''; read -r p 2>/dev/null < "/run/libvirt/qemu/$name.pid"
  [ "$p" = "$pid" ] || { echo stale; exit 0; }
elif [ -n "$id" ]; then
  now_id=$(v domid "$u" 2>/dev/null)
  [ $? -lt ${DEADLINE_MET} ] || { echo silent; exit 0; }
  [ "$now_id" = "$id" ] || { echo stale; exit 0; }
fi
mkdir -p "$base" || { echo unwritable; exit 0; }
mkdir "$d" 2>/dev/null || { if [ -d "$d" ]; then echo taken; else echo unwritable; fi; exit 0; }
exec 3>&1
setsid sh -c '
trap "" HUP INT TERM PIPE
d=$1 until=$2 u=$3 limit=$4; shift 4
echo $$ > "$d/pid"
echo "$u" > "$d/uuid"
now() { if [ -n "\${EPOCHREALTIME:-}" ]; then echo "$EPOCHREALTIME"; else date +%s.%N; fi; }
: > "$d/out"
t=$(now)
echo "$t" > "$d/begin"
fate=begun
[ -z "$until" ] || [ "\${t%[.,]*}" -le "$until" ] || fate=void
ln -s "$fate" "$d/fate" && [ "$fate" = begun ] || { echo late >&3; exit 0; }
echo "begun $t" >&3
rc=0
if [ -n "$limit" ]; then
  timeout ${VIRSH_DEADLINE_S} virsh -q -c qemu:///system migrate-setmaxdowntime --domain "$u" --downtime "$limit" >> "$d/out" 2>&1 3>&-
  rc=$?
fi
if [ "$rc" = 0 ]; then
  virsh -q -c qemu:///system migrate "$@" >> "$d/out" 2>&1 3>&-
  rc=$?
fi
echo "end $rc" >&3
end=$(now)
echo "$end" > "$d/end"
echo "$rc" > "$d/rc.new"
mv "$d/rc.new" "$d/rc"
[ "$rc" = 0 ] || exit 0
printf "\\036begin\\n%s\\n\\036end\\n%s\\n\\036completed\\n" "$t" "$end" >&3
timeout ${VIRSH_DEADLINE_S} virsh -q -c qemu:///system domjobinfo --completed --keep-completed "$u" 2>/dev/null >&3
' drover "$d" "$until" "$u" "$@" </dev/null >/dev/null 2>&1 &
wait $!
exit 0
`;
