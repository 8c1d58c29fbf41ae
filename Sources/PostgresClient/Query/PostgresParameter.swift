package import PostgresWire

/// A parameter of an extended query, in text format.
package struct PostgresParameter: Hashable, Sendable {
    /// `unspecified` leaves the type to the server.
    package let type: TypeOID
    /// `nil` is NULL.
    package let text: String?

    package init(_ text: String?, type: TypeOID = .unspecified) {
        self.text = text
        self.type = type
    }

    package static func text(_ value: String?) -> Self { Self(value, type: .text) }
    package static func int8(_ value: Int64?) -> Self { Self(value.map { String($0) }, type: .int8) }
    package static func oid(_ value: UInt32?) -> Self { Self(value.map { String($0) }, type: .oid) }
    package static func bool(_ value: Bool?) -> Self { Self(value.map { $0 ? "t" : "f" }, type: .bool) }

    package static func textArray(_ values: [String]) -> Self { Self(literal(values), type: .textArray) }

    package static func oidArray(_ values: [UInt32]) -> Self {
        Self("{" + values.map { String($0) }.joined(separator: ",") + "}", type: .oidArray)
    }

    /// An array's text form with every element quoted.
    private static func literal(_ values: [String]) -> String {
        let elements = values.map { value in
            var quoted = "\""
            for scalar in value.unicodeScalars {
                if scalar == "\"" || scalar == "\\" { quoted.unicodeScalars.append("\\") }
                quoted.unicodeScalars.append(scalar)
            }
            return quoted + "\""
        }
        return "{" + elements.joined(separator: ",") + "}"
    }
}
