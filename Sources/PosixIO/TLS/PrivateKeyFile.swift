#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A file that nobody else may read.
enum PrivateKeyFile {
    /// Refuses a key that others can read: mode 0600 or less, or 0640 or less when it belongs to root, as libpq asks.
    ///
    /// A file that cannot be looked at is left to its reader to complain about.
    ///
    /// - Throws: `TransportError.tls` naming the file.
    static func checkPermissions(of path: String) throws(TransportError) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
        let forbidden = status.st_uid == 0 ? S_IWGRP | S_IXGRP | S_IRWXO : S_IRWXG | S_IRWXO
        guard status.st_mode & forbidden == 0 else {
            throw .tls(
                reason: "the private key \"\(path)\" can be read by others: chmod 0600 it, or 0640 if root owns it",
                peer: "configuration"
            )
        }
    }
}
