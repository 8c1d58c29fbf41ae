import WireKit

/// REGISTER: asks for events (native protocol v4, section 4.1.8).
package struct RegisterRequest: Hashable, Sendable {
    /// As sent: a server answers kinds that it does not know with an error.
    package var eventTypes: [String]

    package init(eventTypes: [String]) {
        self.eventTypes = eventTypes
    }

    static func decode(from reader: inout ByteReader) throws(WireError) -> RegisterRequest {
        RegisterRequest(eventTypes: try reader.readStringList("event types"))
    }

    func encode(into writer: inout ByteWriter) throws(WireError) {
        try writer.writeStringList(eventTypes, "event types")
    }
}
