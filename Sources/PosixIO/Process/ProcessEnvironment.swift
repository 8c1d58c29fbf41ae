#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// What the process was given by whoever started it.
package enum ProcessEnvironment {
    /// A variable's value (getenv(3)); nil when it is not set.
    package static func variable(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }

    /// The real user's number (getuid(2)).
    package static var userID: UInt32 { getuid() }

    /// `HOME`, or what the system's user database says (getpwuid(3)).
    package static var homeDirectory: String? {
        if let home = variable("HOME"), !home.isEmpty { return home }
        return getpwuid(getuid()).flatMap { $0.pointee.pw_dir }.map { String(cString: $0) }
    }
}
