import DockerEngine
import Foundation
import TestSupport
import Testing

@Suite struct TarWriterTests {
    /// tar(1) unpacks what was written, as it was written.
    @Test func tarReadsWhatIsWritten() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let long = "d/" + String(repeating: "n", count: 150) + ".txt"
        let files: [(String, String, UInt32)] = [
            ("plain.txt", "hello", 0o644), ("run.sh", String(repeating: "x", count: 512), 0o755), (long, "long", 0o600),
            ("d/ümlaut $(x).txt", "", 0o644),
        ]
        var archive = TarWriter.header(of: TarEntry(path: "d/", kind: .directory, byteCount: 0, mode: 0o755))
        for (path, content, mode) in files {
            let entry = TarEntry(path: path, byteCount: content.utf8.count, mode: mode, modificationTime: 1_700_000_000)
            archive += TarWriter.header(of: entry) + Array(content.utf8)
            archive += TarWriter.padding(behind: content.utf8.count)
        }
        archive += TarWriter.end
        #expect(archive.count.isMultiple(of: TarWriter.blockByteCount))
        let file = folder.appending(path: "a.tar")
        try Data(archive).write(to: file)
        _ = try await ChildProcess.require(["tar", "-C", folder.path, "-xpf", file.path, "--no-same-owner"])
        for (path, content, mode) in files {
            let unpacked = folder.appending(path: path)
            #expect(String(decoding: try Data(contentsOf: unpacked), as: UTF8.self) == content)
            let attributes = try FileManager.default.attributesOfItem(atPath: unpacked.path)
            #expect((attributes[.posixPermissions] as? NSNumber)?.uint32Value == mode)
            #expect(attributes[.modificationDate] as? Date == Date(timeIntervalSince1970: 1_700_000_000))
        }
        let list = try await ChildProcess.require(["tar", "-tvf", file.path])
        #expect(list.contains("root/root"))
    }

    @Test func sizesBeyondTheFieldAreRecords() {
        let header = TarWriter.header(of: TarEntry(path: "big", byteCount: 9_000_000_000, mode: 0o644))
        #expect(header.count == 3 * TarWriter.blockByteCount)
        #expect(String(decoding: header[512..<532], as: UTF8.self).hasPrefix("19 size=9000000000\n"))
    }
}
