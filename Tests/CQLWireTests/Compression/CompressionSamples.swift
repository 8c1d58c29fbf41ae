import Foundation
import TestSupport
import Testing

/// Bytes with what python-lz4 and python-snappy made of them (`Tests/Oracles/compression.py`).
struct CompressionSample: Sendable, CustomTestStringConvertible {
    let name: String
    let plain: [UInt8]

    var testDescription: String { name }

    static func all() throws -> [CompressionSample] {
        try FileManager.default.contentsOfDirectory(atPath: Fixtures.root.appending(path: "compression").path)
            .filter { $0.hasSuffix(".plain") }
            .sorted()
            .map { file in
                let name = String(file.dropLast(".plain".count))
                return CompressionSample(name: name, plain: try Fixtures.bytes("compression/\(file)"))
            }
    }

    /// What a library made of the bytes.
    func block(_ algorithm: String) throws -> [UInt8] { try Fixtures.bytes("compression/\(name).\(algorithm)") }

    /// What our own compressor made of them when the libraries were last asked to read it.
    func approvedBlock(_ algorithm: String, replacedBy block: [UInt8]) throws -> [UInt8] {
        try Golden.approved("compression/\(name).ours.\(algorithm)", replacedBy: block)
    }
}
