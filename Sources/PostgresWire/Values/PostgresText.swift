package import WireKit

/// PostgreSQL's text output for values in binary form.
///
/// It is the output of a session with the settings that ours pin (see `PostgresScalar`).
package enum PostgresText {
    /// Writes a value as the server would.
    ///
    /// An enum's binary form is its label: render it as `text`.
    ///
    /// - Throws: `WireError` when the bytes are not a value of this type, or the type is not a built-in one whose text
    ///   follows from its binary form.
    package static func render(binary: ArraySlice<UInt8>, type: TypeOID) throws(WireError) -> String {
        guard let known = PostgresType.builtIn(type), known.base != .registered, known.base != .other else {
            throw WireError(.invalidValue("type OID \(type.rawValue) has no text form here"), field: "value", offset: 0)
        }
        // By far the most frequent, and nothing but bytes.
        if known.base == .text { return try String.decode(binary, format: .binary) }
        return try PostgresValue.decode(binary, as: known, format: .binary).text(as: known)
    }
}
