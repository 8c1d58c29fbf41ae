package import WireKit

/// One envelope of the native protocol: a header and the body that it announced.
package struct Frame: Hashable, Sendable {
    package let header: FrameHeader
    /// The body as it was sent, so still compressed where the flag says so.
    package let body: ArraySlice<UInt8>

    /// Pairs a header with its body; the header's length becomes the body's.
    package init(header: FrameHeader, body: ArraySlice<UInt8>) {
        var header = header
        header.bodyLength = body.count
        self.header = header
        self.body = body
    }

    /// Writes header and body.
    ///
    /// - Throws: `WireError` when the body is longer than a frame can be.
    package func encode(into writer: inout ByteWriter) throws(WireError) {
        try header.encode(into: &writer)
        writer.writeBytes(body)
    }
}
