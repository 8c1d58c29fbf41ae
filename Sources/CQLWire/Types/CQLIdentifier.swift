import WireKit

/// Names of keyspaces, tables, columns and types as statements must write them.
package enum CQLIdentifier {
    /// The name between double quotes, with the quotes inside doubled: right for every name.
    package static func quoted(_ name: String) -> String {
        name.quoted(by: "\"", doubling: ["\""])
    }

    /// The name as it is where CQL would read it back unchanged, else quoted; reserved words are not known here.
    package static func quotedIfNeeded(_ name: String) -> String {
        let isPlain =
            name.utf8.first.map { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) } ?? false
            && name.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || byte == UInt8(ascii: "_")
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            }
        return isPlain ? name : quoted(name)
    }
}
