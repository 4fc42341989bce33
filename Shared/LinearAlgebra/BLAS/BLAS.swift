import COpenBLAS

/// The OpenBLAS library of this process: its threads and what a run must record to be reproduced.
public enum BLAS {
    /// Sets how many threads every later call in the process uses; results are the same byte for byte only at 1.
    public static func setThreads(_ count: Int) {
        openblas_set_num_threads(Int32(max(1, count)))
    }

    /// How many threads a call may use.
    public static var threads: Int { Int(openblas_get_num_threads()) }

    /// What computed: equal records on equal inputs and one thread give equal bytes.
    public static var record: BLASRecord {
        // Both strings are static memory of the library, which must not be freed.
        BLASRecord(
            configuration: String(cString: openblas_get_config()), kernel: String(cString: openblas_get_corename()),
            threads: threads)
    }
}
