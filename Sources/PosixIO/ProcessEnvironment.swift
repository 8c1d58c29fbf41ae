#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// What the process was started with.
package enum ProcessEnvironment {
    /// A variable (getenv(3)); nil when it is not set or not UTF-8.
    package static func variable(_ name: String) -> String? {
        getenv(name).flatMap { String(validatingCString: $0) }
    }

    /// The real user's number (getuid(2)).
    package static var userID: UInt32 { getuid() }

    /// The user's home directory: `HOME`, or what the user database says (getpwuid_r(3)).
    package static var homeDirectory: String? {
        if let home = variable("HOME"), !home.isEmpty { return home }
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16 * 1024)
        guard getpwuid_r(geteuid(), &entry, &buffer, buffer.count, &found) == 0, found != nil else { return nil }
        return entry.pw_dir.flatMap { String(validatingCString: $0) }
    }
}
