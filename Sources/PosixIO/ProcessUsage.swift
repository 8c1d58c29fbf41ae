#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// What this process has consumed so far (getrusage(2), RUSAGE_SELF).
package struct ProcessUsage: Equatable, Sendable {
    /// User and system time of all threads.
    package let cpu: Duration
    /// The largest resident set so far, in bytes.
    package let maximumResidentByteCount: Int
    package let voluntaryContextSwitchCount: Int
    package let involuntaryContextSwitchCount: Int

    /// The figures of this moment.
    package static var current: ProcessUsage {
        var usage = rusage()
        #if canImport(Darwin)
        getrusage(RUSAGE_SELF, &usage)
        let residentUnit = 1
        #else
        getrusage(RUSAGE_SELF.rawValue, &usage)
        let residentUnit = 1024
        #endif
        return ProcessUsage(
            cpu: duration(usage.ru_utime) + duration(usage.ru_stime),
            maximumResidentByteCount: Int(usage.ru_maxrss) * residentUnit,
            voluntaryContextSwitchCount: Int(usage.ru_nvcsw),
            involuntaryContextSwitchCount: Int(usage.ru_nivcsw)
        )
    }

    private static func duration(_ time: timeval) -> Duration {
        .seconds(Int64(time.tv_sec)) + .microseconds(Int64(time.tv_usec))
    }
}

/// Processors that this process may use (sysconf(3), _SC_NPROCESSORS_ONLN), at least one.
package func onlineProcessorCount() -> Int {
    max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
}
