/** `virsh domjobinfo --completed` of libvirt 11.3 and QEMU 10.0.2, as the lab printed it. */
export const COMPLETED_JOB = `Job type:         Completed   
Operation:        Incoming migration
Time elapsed:     6233         ms
Time elapsed w/o network: 6231         ms
Data processed:   74.918 MiB
Data remaining:   0.000 B
Data total:       256.508 MiB
Memory processed: 74.918 MiB
Memory remaining: 0.000 B
Memory total:     256.508 MiB
Memory bandwidth: 60.909 MiB/s
Dirty rate:       0            pages/s
Page size:        4096         bytes
Iteration:        3           
Postcopy requests: 0           
Constant pages:   46876       
Normal pages:     19000       
Normal data:      74.219 MiB
Total downtime:   150          ms
Downtime w/o network: 148          ms
Setup time:       1            ms

`;

/** `virsh domjobinfo` in the middle of a migration there. */
export const LIVE_JOB = `Job type:         Unbounded
Operation:        Outgoing migration
Time elapsed:     6771         ms
Data processed:   129.422 MiB
Data remaining:   52.879 MiB
Data total:       256.508 MiB
Memory bandwidth: 30.059 MiB/s
Dirty rate:       3880         pages/s
Page size:        4096         bytes
Iteration:        2
Postcopy requests: 0
Constant pages:   34288
Normal pages:     32992
Normal data:      128.875 MiB
Expected downtime: 2172         ms
Setup time:       2            ms
`;
