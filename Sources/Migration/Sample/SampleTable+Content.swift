extension SampleTable {
    /// The four tables of a small zoo.
    ///
    /// Every row is a function of its number, and the first ones hold values that migrations are known to spoil:
    /// numerics whose bytes have their highest bit set (1.28, 327.68), negative ones, and NULLs.
    package static let all = [animals, habitats, feedings, equipment]

    private static let animals = SampleTable(
        name: "animals",
        columns: [
            Column("animal_id", "integer", "i"),
            Column(
                "name",
                "character varying(100)",
                "(ARRAY['Lion', 'Zebra', 'Giraffe', 'Elephant', 'Pingüino', 'パンダ', 'Otter'])[i % 7 + 1] || ' ' || i"
            ),
            Column("age_years", "integer", "CASE WHEN i % 11 <> 0 THEN i % 60 END"),
            Column("weight_kg", "numeric(8,2)", notable("i * 1.28")),
            Column("arrival_date", "date", "CASE WHEN i % 13 <> 0 THEN date '1999-12-31' + i * 9 END"),
        ]
    )

    private static let habitats = SampleTable(
        name: "habitats",
        columns: [
            Column("habitat_id", "integer", "i"),
            Column(
                "name",
                "character varying(100)",
                "(ARRAY['Savanna', 'Rainforest', 'Aquarium', 'Aviary', 'Tundra'])[i % 5 + 1] || ' ' || i"
            ),
            Column("capacity", "integer", "CASE WHEN i % 17 <> 0 THEN i % 40 + 1 END"),
            Column("area_sqm", "numeric(10,2)", notable("i * 327.68")),
            Column("opened_on", "date", "date '1968-06-01' + i * 20"),
        ]
    )

    private static let feedings = SampleTable(
        name: "feedings",
        columns: [
            Column("feeding_id", "integer", "i"),
            Column("animal_id", "integer", "(i * 7) % 1000 + 1"),
            Column(
                "food",
                "character varying(100)",
                "CASE WHEN i % 19 <> 0 THEN (ARRAY['hay', 'fish', 'meat', 'fruit'])[i % 4 + 1] END"
            ),
            Column("quantity_kg", "numeric(6,2)", notable("i * 0.64")),
            Column(
                "fed_at",
                "timestamp without time zone",
                "timestamp '2025-01-01 06:30:00' + i * interval '97 minutes 13.457 seconds'"
            ),
        ]
    )

    private static let equipment = SampleTable(
        name: "equipment",
        columns: [
            Column("equipment_id", "bigint", "i"),
            Column("quantity", "smallint", "CASE WHEN i % 23 <> 0 THEN (i - 500) * 65 END"),
            Column(
                "description",
                "text",
                "CASE i % 10 WHEN 0 THEN '' WHEN 1 THEN NULL ELSE repeat('spare part ' || i || E'\\n', i % 10) END"
            ),
            Column("price", "real", "i / 8.0"),
            Column("measured_load", "double precision", "sqrt(i) * 1e10"),
            Column("is_operational", "boolean", "CASE WHEN i % 7 <> 0 THEN i % 3 = 0 END"),
            Column("serial_number", "uuid", "md5('equipment ' || i)"),
            Column(
                "address",
                "inet",
                "CASE i % 4 WHEN 0 THEN NULL WHEN 1 THEN '2001:db8::' || to_hex(i) "
                    + "ELSE '10.0.' || i / 256 || '.' || i % 256 END"
            ),
            Column("checked_at", "time without time zone", "time '00:00' + i * interval '86.123456 seconds'"),
            Column(
                "installed_at",
                "timestamp without time zone",
                "CASE WHEN i % 29 <> 0 THEN timestamp '1969-12-25 00:00:00.125' + i * interval '13 days' END"
            ),
        ]
    )

    /// The expression, with known troublemakers in the first rows and NULL in some.
    private static func notable(_ expression: String) -> String {
        "CASE i WHEN 1 THEN 1.28 WHEN 2 THEN 327.68 WHEN 3 THEN -129 WHEN 4 THEN 0 WHEN 5 THEN -0.01 "
            + "ELSE CASE WHEN i % 31 <> 0 THEN \(expression) END END"
    }
}
