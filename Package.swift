// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

/// A room of the design: a target whose only doors are the ones named here.
func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies + ["TestSupport"], swiftSettings: settings)
}

let package = Package(
    name: "pgscylla",
    platforms: [.macOS("26.0")],
    products: [.executable(name: "pgscylla", targets: ["pgscylla"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2")
    ],
    targets: [
        .systemLibrary(
            name: "COpenSSL",
            pkgConfig: "openssl",
            providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]
        ),
        .systemLibrary(
            name: "CZlib",
            pkgConfig: "zlib",
            providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]
        ),
        room("WireKit"),
        room("PosixIO", ["WireKit", "COpenSSL", "CZlib"]),
        room("PostgresWire", ["WireKit"]),
        room("PostgresClient", ["PostgresWire", "WireKit", "PosixIO"]),
        room("CQLWire", ["WireKit"]),
        room("CQLClient", ["CQLWire", "WireKit", "PosixIO"]),
        room("EmbeddedCQL", ["CQLWire", "WireKit", "PosixIO"]),
        room("DockerEngine", ["WireKit", "PosixIO"]),
        room("SchemaTranslation"),
        room(
            "Migration",
            ["SchemaTranslation", "PostgresClient", "PostgresWire", "CQLClient", "CQLWire", "WireKit", "PosixIO"]
        ),
        .executableTarget(
            name: "pgscylla",
            dependencies: [
                "Migration", "SchemaTranslation", "EmbeddedCQL", "DockerEngine", "PostgresClient", "PostgresWire",
                "CQLClient", "CQLWire", "PosixIO", "WireKit",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "TranscodeBenchmark",
            dependencies: ["Migration", "SchemaTranslation", "CQLClient", "CQLWire", "PosixIO", "WireKit"],
            swiftSettings: settings
        ),
        .target(
            name: "TestSupport",
            dependencies: ["PostgresWire", "CQLWire", "PosixIO", "WireKit"],
            path: "Tests/TestSupport",
            swiftSettings: settings
        ),
        .target(
            name: "FuzzEntries",
            dependencies: ["PostgresWire", "CQLWire", "EmbeddedCQL", "DockerEngine", "WireKit"],
            path: "Tests/FuzzEntries",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "ValueExchange",
            dependencies: ["PostgresClient", "PostgresWire", "PosixIO", "WireKit"],
            path: "Tests/ValueExchange",
            swiftSettings: settings
        ),
        tests("FuzzTests", ["FuzzEntries"]),
        tests("WireKitTests", ["WireKit"]),
        tests("GoldenTests", ["PostgresWire", "CQLWire", "PosixIO", "WireKit"]),
        tests("PosixIOTests", ["PosixIO", "WireKit"]),
        tests("PostgresWireTests", ["PostgresWire", "PosixIO", "WireKit"]),
        tests("PostgresClientTests", ["PostgresClient", "PostgresWire", "PosixIO", "WireKit"]),
        tests("CQLWireTests", ["CQLWire", "WireKit"]),
        tests("CQLClientTests", ["CQLClient", "EmbeddedCQL", "CQLWire", "PosixIO", "WireKit"]),
        tests("EmbeddedCQLTests", ["EmbeddedCQL", "CQLWire", "PosixIO", "WireKit"]),
        tests("DockerEngineTests", ["DockerEngine", "PosixIO", "WireKit"]),
        tests("SchemaTranslationTests", ["SchemaTranslation"]),
        tests(
            "MigrationTests",
            ["Migration", "SchemaTranslation", "PostgresClient", "CQLWire", "PostgresWire", "PosixIO", "WireKit"]
        ),
        tests(
            "IntegrationTests",
            [
                "Migration", "SchemaTranslation", "EmbeddedCQL", "PostgresClient", "PostgresWire", "CQLClient",
                "CQLWire", "PosixIO",
                "WireKit",
                "pgscylla",
            ]
        ),
    ]
)

// What libFuzzer calls is of no use without it: built only where Scripts/fuzz links the two.
if Context.environment["PGSCYLLA_FUZZ"] != nil {
    package.products.append(.library(name: "FuzzTarget", type: .static, targets: ["FuzzTarget"]))
    package.targets.append(
        .target(name: "FuzzTarget", dependencies: ["FuzzEntries"], path: "Tests/FuzzTarget", swiftSettings: settings)
    )
}
