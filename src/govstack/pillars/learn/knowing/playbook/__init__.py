"""The playbook: pages in versions and languages, activities as tasks and responsibilities, checklists, feedback."""
