import WireKit

/// STARTUP: opens a connection (native protocol v4, section 4.1.1).
package struct StartupRequest: Hashable, Sendable {
    package var options: StringMap

    package init(options: StringMap) {
        self.options = options
    }

    static func decode(from reader: inout ByteReader) throws(WireError) -> StartupRequest {
        StartupRequest(options: try reader.readStringMap("startup options"))
    }

    func encode(into writer: inout ByteWriter) throws(WireError) {
        try writer.writeStringMap(options, "startup options")
    }
}
