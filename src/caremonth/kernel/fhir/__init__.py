"""FHIR R4 → facts: bundles and bulk exports."""
