package import WireKit

/// The position of a partition on the ring, as Cassandra's and ScyllaDB's Murmur3Partitioner compute it.
package struct Token: RawRepresentable, Hashable, Comparable, Sendable {
    package let rawValue: Int64

    package init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    /// The token of a serialised partition key: one component's bytes, or a composite of several.
    package init(routingKey: some Collection<UInt8>) {
        if let token = routingKey.withContiguousStorageIfAvailable({ UnsafeRawBufferPointer($0).murmur3Token }) {
            rawValue = token
        } else {
            rawValue = [UInt8](routingKey).withUnsafeBytes { $0.murmur3Token }
        }
    }

    /// The token of a serialised partition key in an array, which needs no generic code.
    package init(routingKey: [UInt8]) {
        rawValue = routingKey.withUnsafeBytes { $0.murmur3Token }
    }

    /// The token of a partition key given as its components.
    ///
    /// - Throws: `WireError` when a component of several is longer than 65535 bytes.
    package init(components: [ArraySlice<UInt8>]) throws(WireError) {
        self.init(routingKey: try Self.routingKey(components))
    }

    /// The bytes that are hashed: one component as it is, of several each as `[short bytes]` and a zero byte.
    ///
    /// - Throws: `WireError` when a component of several is longer than 65535 bytes.
    package static func routingKey(_ components: [ArraySlice<UInt8>]) throws(WireError) -> [UInt8] {
        if components.count == 1 { return [UInt8](components[0]) }
        var writer = ByteWriter()
        for component in components {
            try writer.writeShortBytes(component, "partition key component")
            writer.writeInteger(UInt8(0))
        }
        return writer.bytes
    }

    package static func < (lhs: Token, rhs: Token) -> Bool { lhs.rawValue < rhs.rawValue }
}

extension Token: CustomStringConvertible {
    package var description: String { String(rawValue) }
}
