package import WireKit

/// An algorithm that STARTUP can choose for the bodies of frames (native protocol v4, section 5).
///
/// A frame says by its flag whether its body is compressed, so what would not become smaller is sent as it is.
package enum FrameCompression: String, CaseIterable, Sendable {
    /// A 4-byte big-endian length, then an LZ4 block.
    case lz4
    /// Snappy's raw format, which starts with its length.
    case snappy

    /// The key of the option in SUPPORTED and in STARTUP.
    package static let optionKey = "COMPRESSION"

    /// The algorithm of this name, whose case servers do not mind; nil for others.
    package init?(optionValue name: String) {
        self.init(rawValue: name.lowercased())
    }

    /// Bodies below this many bytes are not tried: what surrounds the compressed bytes takes what is saved.
    private static let minimumBodyByteCount = 64

    /// The body, compressed; nil where that does not make it smaller.
    package func compress(_ body: Span<UInt8>) -> [UInt8]? {
        guard body.count >= Self.minimumBodyByteCount, body.count <= FrameDecoder.defaultBodyLimit else { return nil }
        var output: [UInt8] = []
        output.reserveCapacity(body.count / 2)
        switch self {
        case .lz4:
            withUnsafeBytes(of: UInt32(body.count).bigEndian) { output.append(contentsOf: $0) }
            LZ4Block.compress(body, into: &output)
        case .snappy:
            SnappyBlock.compress(body, into: &output)
        }
        return output.count < body.count ? output : nil
    }

    /// The body that was compressed.
    ///
    /// Nothing is set aside for a length that is only announced.
    /// - Throws: `WireError` when the body is malformed or announces more than `limit` bytes.
    package func decompress(
        _ body: ArraySlice<UInt8>,
        limit: Int = FrameDecoder.defaultBodyLimit
    ) throws(WireError) -> [UInt8] {
        // Some clients set the flag on every frame, and those without a body have nothing to compress.
        guard !body.isEmpty else { return [] }
        switch self {
        case .lz4:
            var reader = ByteReader(body)
            let byteCount = Int(try reader.readInteger("lz4 length", as: UInt32.self))
            guard byteCount <= limit else {
                throw WireError(.limitExceeded(length: byteCount, limit: limit), field: "lz4 length", offset: 0)
            }
            return try LZ4Block.decompress(reader.rest, byteCount: byteCount)
        case .snappy:
            return try SnappyBlock.decompress(body, limit: limit)
        }
    }
}

extension Frame {
    /// This frame with its body compressed and its flag set, where that makes it smaller.
    package func compressed(with compression: FrameCompression) -> Frame {
        guard !header.flags.contains(.compression), let body = compression.compress(body.span) else { return self }
        var header = header
        header.flags.insert(.compression)
        return Frame(header: header, body: body[...])
    }

    /// This frame with its body as it was before it was compressed, and without the flag.
    ///
    /// - Throws: `WireError` when the body is compressed and no compression was agreed, or it is malformed.
    package func decompressed(
        with compression: FrameCompression?,
        limit: Int = FrameDecoder.defaultBodyLimit
    ) throws(WireError) -> Frame {
        guard header.flags.contains(.compression) else { return self }
        guard let compression else { throw FrameFlags.compressionNotAgreed }
        var header = header
        header.flags.remove(.compression)
        return Frame(header: header, body: try compression.decompress(body, limit: limit)[...])
    }
}

extension FrameFlags {
    /// Why a compressed body cannot be read.
    static let compressionNotAgreed = WireError(
        .invalidValue("the body is compressed, and STARTUP agreed on no compression"),
        field: "frame flags",
        offset: 1
    )
}
