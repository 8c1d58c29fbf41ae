import CZlib

/// Compresses a stream into the gzip format (RFC 1952, deflate(3) of zlib).
package final class GzipWriter {
    private static let chunk = 64 * 1024
    /// 15 bits of window, and 16 that ask for gzip's header and trailer (deflateInit2 in zlib.h).
    private static let gzipWindow: Int32 = 15 + 16

    // zlib notes the address of its stream and refuses a moved one.
    private let stream: UnsafeMutablePointer<z_stream>
    private let isUsable: Bool

    package init() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let status = deflateInit2_(
            stream,
            Z_DEFAULT_COMPRESSION,
            Z_DEFLATED,
            Self.gzipWindow,
            8,
            Z_DEFAULT_STRATEGY,
            ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size)
        )
        isUsable = status == Z_OK
    }

    deinit {
        if isUsable { deflateEnd(stream) }
        stream.deinitialize(count: 1)
        stream.deallocate()
    }

    /// Compresses `bytes` and returns what is ready so far, which may be nothing.
    ///
    /// - Throws: `SyscallError` (ENOMEM) when zlib has no memory.
    package func append(_ bytes: [UInt8]) throws(SyscallError) -> [UInt8] { try deflated(bytes, Z_NO_FLUSH) }

    /// Ends the stream and returns the rest of it; to be called once.
    ///
    /// - Throws: `SyscallError` (ENOMEM) when zlib has no memory.
    package func finish() throws(SyscallError) -> [UInt8] { try deflated([], Z_FINISH) }

    private func deflated(_ bytes: [UInt8], _ flush: Int32) throws(SyscallError) -> [UInt8] {
        guard isUsable else { throw SyscallError(errno: 12, call: "deflateInit2") }
        var output: [UInt8] = []
        var input = bytes
        input.withUnsafeMutableBufferPointer { input in
            // avail_in has 32 bits: pieces of this program are far below them.
            stream.pointee.next_in = input.baseAddress
            stream.pointee.avail_in = UInt32(clamping: input.count)
            repeat {
                output += [UInt8](unsafeUninitializedCapacity: Self.chunk) { chunk, count in
                    stream.pointee.next_out = chunk.baseAddress
                    stream.pointee.avail_out = UInt32(Self.chunk)
                    deflate(stream, flush)
                    count = Self.chunk - Int(stream.pointee.avail_out)
                }
                // zlib has more to give as long as it fills what it is given.
            } while stream.pointee.avail_out == 0
            stream.pointee.next_in = nil
        }
        return output
    }
}

/// The checksum of gzip and of CQL's segments (CRC-32, ISO 3309).
package enum CRC32 {
    package static func checksum(_ bytes: [UInt8]) -> UInt32 {
        UInt32(truncatingIfNeeded: crc32(0, bytes, UInt32(clamping: bytes.count)))
    }
}
