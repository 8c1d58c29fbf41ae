#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// What the system knows about a file without opening it (stat(2)).
package struct FileStatus: Equatable, Sendable {
    package let isRegular: Bool
    /// Whether its mode gives nothing to its group or to others.
    package let isOwnerOnly: Bool

    /// Looks at a file, behind symbolic links.
    ///
    /// - Throws: `SyscallError` of stat(2).
    package init(of path: String) throws(SyscallError) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw .last("stat") }
        isRegular = status.st_mode & S_IFMT == S_IFREG
        isOwnerOnly = status.st_mode & (S_IRWXG | S_IRWXO) == 0
    }
}

extension SyscallError {
    /// Whether there is no such file.
    package var isAbsence: Bool { errno == ENOENT || errno == ENOTDIR }
}
