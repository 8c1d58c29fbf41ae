public import Foundation

/// Files under `Fixtures/`, found from this source file so that they can be re-recorded in place.
public enum Fixtures {
    /// The repository's `Fixtures` folder.
    public static var root: URL {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures")
    }

    /// The bytes of one fixture.
    public static func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: root.appending(path: path)))
    }

    /// The folders directly below `path`, sorted by name: one per capture.
    public static func captures(_ path: String) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(
            at: root.appending(path: path),
            includingPropertiesForKeys: [.isDirectoryKey]
        )
        .filter(\.hasDirectoryPath)
        .sorted { $0.lastPathComponent < $1.lastPathComponent }
    }
}
