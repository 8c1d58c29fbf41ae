#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The time of day (clock_gettime(2), CLOCK_REALTIME).
package enum WallClock {
    /// Microseconds since 1970.
    package static var microseconds: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    }
}
