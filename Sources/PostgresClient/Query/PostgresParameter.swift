package import PostgresWire
package import WireKit

/// A parameter of an extended query, in either form.
package struct PostgresParameter: Hashable, Sendable {
    /// `unspecified` leaves the type to the server.
    package let type: TypeOID
    package let format: FormatCode
    /// The value in that form; `nil` is NULL.
    package let bytes: [UInt8]?

    /// A value in text form.
    package init(_ text: String?, type: TypeOID = .unspecified) {
        self.type = type
        format = .text
        bytes = text.map { Array($0.utf8) }
    }

    /// A value of a built-in type in binary form; nothing is lost or changed on the way.
    ///
    /// - Parameters:
    ///   - value: `nil` is NULL.
    ///   - type: one whose values are read as `Value`; others the server refuses or, where bytes happen to fit, takes for
    ///     its own.
    package init<Value: PostgresScalar>(binary value: Value?, type: TypeOID) {
        self.type = type
        format = .binary
        bytes = value.map { value in
            var writer = ByteWriter()
            value.encode(into: &writer)
            return writer.bytes
        }
    }

    /// A value of any type that is described.
    ///
    /// - Parameters:
    ///   - value: `nil` is NULL.
    ///   - type: what it is a value of.
    ///   - format: the form in which it is sent.
    /// - Throws: `WireError` when it is not a value of that type, or has no such form.
    package init(_ value: PostgresValue?, as type: PostgresType, format: FormatCode = .binary) throws(WireError) {
        self.type = type.oid
        self.format = format
        if let value { bytes = try value.encoded(as: type, format) } else { bytes = nil }
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

    /// Refuses what cannot be sent.
    ///
    /// - Throws: `PostgresError` (invalid request).
    static func check(_ parameters: [PostgresParameter]) throws(PostgresError) {
        guard parameters.count <= UInt16.max else {
            throw .invalidRequest("a statement has at most 65535 parameters, this one has \(parameters.count)")
        }
        for (index, parameter) in parameters.enumerated() {
            guard parameter.format == .binary || parameter.bytes?.contains(0) != true else {
                throw .invalidRequest(
                    "parameter \(index + 1) contains a NUL character, which no text in PostgreSQL can"
                )
            }
        }
    }
}

extension Bind {
    /// The values of a statement.
    init(portal: String = "", statement: String = "", _ parameters: [PostgresParameter], format: FormatCode) {
        self.init(
            portal: portal,
            statement: statement,
            // None is all text.
            parameterFormats: parameters.allSatisfy { $0.format == .text } ? [] : parameters.map(\.format),
            parameters: parameters.map { $0.bytes.map { $0[...] } },
            resultFormats: format == .text ? [] : [format]
        )
    }
}
