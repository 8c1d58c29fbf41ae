import Foundation

/// Text that a person has read and approved, kept under `Fixtures/`.
public enum Golden {
    /// Continuous integration must compare, never record.
    public struct RecordingRefused: Error, CustomStringConvertible {
        public let description = "PGSCYLLA_RECORD is set where CI is: goldens are recorded by people"
    }

    /// The approved text; with `PGSCYLLA_RECORD=1` the actual one becomes it first.
    ///
    /// - Throws: `RecordingRefused`, or what reading the file throws when nothing was approved yet.
    public static func approved(_ path: String, replacedBy actual: String) throws -> String {
        String(decoding: try approved(path, replacedBy: Array(actual.utf8)), as: UTF8.self)
    }

    /// The approved bytes, in the same way.
    ///
    /// - Throws: `RecordingRefused`, or what reading the file throws when nothing was approved yet.
    public static func approved(_ path: String, replacedBy actual: [UInt8]) throws -> [UInt8] {
        let file = Fixtures.root.appending(path: path)
        let environment = ProcessInfo.processInfo.environment
        if environment["PGSCYLLA_RECORD"] == "1" {
            guard environment["CI"] == nil else { throw RecordingRefused() }
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(actual).write(to: file)
        }
        return [UInt8](try Data(contentsOf: file))
    }
}
