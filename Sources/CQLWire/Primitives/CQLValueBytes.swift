/// A bound `[value]`: its serialised bytes, null, or not set at all (native protocol v4, section 3).
package enum CQLValueBytes: Hashable, Sendable {
    case null
    /// Leaves the column as it is (v4 only).
    case unset
    case bytes(ArraySlice<UInt8>)

    /// A value from an array of its own.
    package static func bytes(_ array: [UInt8]) -> CQLValueBytes { .bytes(array[...]) }
}
