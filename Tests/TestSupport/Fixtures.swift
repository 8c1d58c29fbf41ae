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

    /// A folder of the same layout with captures that are not kept here; `PGSCYLLA_EXTRA_FIXTURES` names it.
    public static var extraRoot: URL? {
        ProcessInfo.processInfo.environment["PGSCYLLA_EXTRA_FIXTURES"].flatMap { path in
            path.isEmpty ? nil : URL(filePath: path, directoryHint: .isDirectory)
        }
    }

    /// The folders directly below `path`, sorted by name: one per capture.
    public static func captures(_ path: String) throws -> [URL] {
        try folders(in: root.appending(path: path))
    }

    /// The same in `extraRoot`, which need not have every kind of capture.
    ///
    /// - Throws: when there is no such folder, or nothing in it: captures that nobody reads prove nothing.
    public static func extraCaptures(_ path: String) throws -> [URL] {
        try extraFolder(path).map { try folders(in: $0) } ?? []
    }

    /// A folder of `extraRoot`; nil when there is no such kind of capture in it.
    ///
    /// - Throws: when `extraRoot` holds nothing of ours.
    public static func extraFolder(_ path: String) throws -> URL? {
        guard let extraRoot else { return nil }
        let entries = try FileManager.default.contentsOfDirectory(atPath: extraRoot.path)
        guard !Set(entries).isDisjoint(with: ["postgres", "cql", "docker"]) else {
            throw CocoaError(.fileNoSuchFile, userInfo: [NSFilePathErrorKey: extraRoot.path])
        }
        return entries.contains(path) ? extraRoot.appending(path: path, directoryHint: .isDirectory) : nil
    }

    private static func folders(in folder: URL) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { FileManager.default.fileExists(atPath: $0.appending(path: "meta.json").path) }
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
    }
}
