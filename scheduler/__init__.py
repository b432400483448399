"""The optimizer that makes the weekly roster of an Intensive Outpatient Program."""
