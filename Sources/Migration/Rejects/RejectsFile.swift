package import PosixIO
import WireKit

/// The file of rows that stayed behind, one JSON object per line; created with the first of them.
///
/// Lines are appended, so that an earlier run's rows are not lost; each carries its run's timestamp. Writing blocks, and
/// so has a thread of its own.
package actor RejectsFile {
    private nonisolated let lane: Lane
    package nonisolated var unownedExecutor: UnownedSerialExecutor { lane.unownedExecutor }
    private let path: String
    private let runTimestamp: Int64
    private var file: AppendFile?

    /// - Parameters:
    ///   - path: where the file is, or will be.
    ///   - runTimestamp: microseconds since 1970 that this run's writes carry.
    /// - Throws: `SyscallError` when the thread cannot be started.
    package init(path: String, runTimestamp: Int64) throws(SyscallError) {
        lane = try Lane(name: "rejects")
        self.path = path
        self.runTimestamp = runTimestamp
    }

    /// Ends the file's thread.
    package nonisolated func close() { lane.stop() }

    /// Appends rows.
    ///
    /// - Throws: `MigrationError` (file) with the reason, such as a full disk.
    package func append(_ rows: [RejectedRow]) throws(MigrationError) {
        guard !rows.isEmpty else { return }
        var bytes: [UInt8] = []
        for row in rows { bytes += Array((row.json(runTimestamp: runTimestamp).text + "\n").utf8) }
        try writing { file throws(SyscallError) in try file.append(bytes) }
    }

    /// Waits until what was appended is on the device: rows that are reported as rejected must be found there.
    ///
    /// - Throws: `MigrationError` (file) with the reason.
    package func synchronize() throws(MigrationError) {
        guard file != nil else { return }
        try writing { file throws(SyscallError) in try file.synchronize() }
    }

    private func writing(_ body: (AppendFile) throws(SyscallError) -> Void) throws(MigrationError) {
        do throws(SyscallError) {
            let opened = if let file { file } else { try AppendFile(path: path) }
            file = opened
            try body(opened)
        } catch {
            throw MigrationError(
                .file,
                "cannot write rejected rows to \"\(path)\"",
                underlying: error,
                remedy: "choose another place with --rejects-file"
            )
        }
    }
}
