import WireKit

/// The opening of a session: protocol version and parameters.
///
/// PostgreSQL documentation, StartupMessage.
package struct StartupMessage: Hashable, Sendable {
    /// A run-time parameter, or `user`, `database`, `options`, `replication`.
    package struct Parameter: Hashable, Sendable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package var version: ProtocolVersion
    package var parameters: [Parameter]

    package init(version: ProtocolVersion = .v3_0, parameters: [Parameter]) {
        self.version = version
        self.parameters = parameters
    }

    static func decode(version: ProtocolVersion, from reader: inout ByteReader) throws(WireError) -> Self {
        var parameters: [Parameter] = []
        while true {
            let name = try reader.readNullTerminatedString("parameter name")
            guard !name.isEmpty else { return Self(version: version, parameters: parameters) }
            parameters.append(Parameter(name, try reader.readNullTerminatedString("parameter value")))
        }
    }

    func encode(into writer: inout ByteWriter) {
        writer.writeInteger(version.rawValue)
        for parameter in parameters {
            writer.writeNullTerminated(parameter.name)
            writer.writeNullTerminated(parameter.value)
        }
        writer.writeInteger(UInt8(0))
    }
}
