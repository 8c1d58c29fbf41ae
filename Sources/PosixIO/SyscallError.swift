#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A system call that failed, with the reason the kernel gave.
package struct SyscallError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The C error number (errno(3)).
    package let errno: Int32
    /// The name of the call, as in section 2 of the manual.
    package let call: String

    package init(errno: Int32, call: String) {
        self.errno = errno
        self.call = call
    }

    /// The failure of the call that has just returned −1 on this thread.
    static func last(_ call: String) -> SyscallError {
        #if canImport(Darwin)
        SyscallError(errno: Darwin.errno, call: call)
        #else
        SyscallError(errno: Glibc.errno, call: call)
        #endif
    }

    /// The kernel's sentence for the error number, in lower case.
    package var reason: String {
        guard let text = strerror(errno) else { return "error \(errno)" }
        return String(cString: text).lowercased()
    }

    package var description: String { "\(call): \(reason)" }

    /// Whether the caller may not do it.
    package var isRefusedPermission: Bool { errno == EACCES || errno == EPERM }
    /// Whether a path is longer than the call takes.
    package var isNameTooLong: Bool { errno == ENAMETOOLONG }
    /// Whether the address is taken by somebody else.
    package var isAddressInUse: Bool { errno == EADDRINUSE }
}
