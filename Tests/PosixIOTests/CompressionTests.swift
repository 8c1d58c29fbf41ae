import Foundation
import PosixIO
import TestSupport
import Testing

@Suite struct CompressionTests {
    @Test(arguments: [0, 1, 70_000, 1_000_000])
    func gunzipReadsWhatWasCompressed(_ count: Int) async throws {
        var random = SeededRandom(seed: 7)
        let text = String(
            (0..<count).map { _ in Character(Unicode.Scalar(UInt8.random(in: 0x61...0x7A, using: &random))) }
        )
        let writer = GzipWriter()
        var compressed: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            compressed += try writer.append(Array(rest.prefix(33_333)))
            rest = rest.dropFirst(33_333)
        }
        compressed += try writer.finish()
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).gz")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(compressed).write(to: file)
        let output = try await ChildProcess.run(["gzip", "-dc", file.path])
        #expect(output.status == 0)
        #expect(output.standardOutput == text)
    }

    /// The check value of CRC-32/ISO-HDLC.
    @Test func checksum() {
        #expect(CRC32.checksum(Array("123456789".utf8)) == 0xCBF4_3926)
        #expect(CRC32.checksum([]) == 0)
    }
}

@Suite struct InputFileTests {
    @Test func aFileIsReadToItsEnd() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data("abcdefghij".utf8).write(to: URL(filePath: path))
        let file = try InputFile(path: path)
        #expect(file.byteCount == 10)
        var pieces: [String] = []
        while let bytes = try file.read(limit: 4) { pieces.append(String(decoding: bytes, as: UTF8.self)) }
        #expect(pieces == ["abcd", "efgh", "ij"])
    }

    @Test func whatIsNoRegularFileIsRefused() {
        #expect(throws: SyscallError(errno: 2, call: "open")) { try InputFile(path: "/no/such/file") }
        #expect(throws: SyscallError(errno: 21, call: "open")) { try InputFile(path: "/tmp") }
    }

    @Test func entriesOfADirectory() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for name in ["b", "a", ".c"] { try Data().write(to: folder.appending(path: name)) }
        #expect(try Directory.entries(of: folder.path) == [".c", "a", "b"])
        #expect(throws: SyscallError.self) { try Directory.entries(of: folder.path + "/none") }
    }
}
